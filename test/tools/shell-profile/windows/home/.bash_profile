export DB_PASSWORD=%%{a24}%%
