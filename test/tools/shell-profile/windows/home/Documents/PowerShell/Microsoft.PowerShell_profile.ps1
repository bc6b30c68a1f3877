Import-Module posh-git
$env:GITHUB_TOKEN = "%%ghp_{crc30}%%"
[System.Environment]::SetEnvironmentVariable("PERPLEXITY_API_KEY", "%%pplx-{a48}%%", "User")
$env:EDITOR = "code"
