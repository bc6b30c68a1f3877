user_pref("browser.ml.chat.enabled", true);
user_pref("browser.ml.chat.provider", "https://claude.ai/new");
