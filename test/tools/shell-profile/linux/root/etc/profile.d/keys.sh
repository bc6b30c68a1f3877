export NPM_TOKEN=%%npm_{crc30}%%
