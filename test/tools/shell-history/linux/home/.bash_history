cd ~/work/api && git pull
export GITHUB_TOKEN=%%ghp_{crc30}%%
gh repo list
export API_KEY=$(pass show acme/api)
curl -H "Authorization: Bearer $API_KEY" https://api.example.com/v1/models
git commit -m "use ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx as a placeholder"
