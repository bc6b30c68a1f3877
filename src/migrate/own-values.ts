/**
 * Variables that a config has set again since they were moved: what its user has written there is newer than
 * the vault. A client passes on its own environment too, which is nobody's wish; so only a value that stands
 * in the config counts. It does not read the config as its format, since a command waits.
 */

/** Names of `values` that the environment has with another value, which the config holds with its name. */
export function ownValues(
  values: Record<string, string>,
  env: Readonly<Record<string, string | undefined>>,
  configHolds: (text: string) => boolean,
): string[] {
  return Object.keys(values).filter((name) => {
    const own = env[name];
    if (own === undefined || own === '' || own === values[name] || !configHolds(name)) return false;
    return configHolds(own) || configHolds(JSON.stringify(own).slice(1, -1));
  });
}
