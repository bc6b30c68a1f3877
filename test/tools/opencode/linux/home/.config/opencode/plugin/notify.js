export const Notify = async ({ $ }) => ({ event: async () => $`notify-send done` });
