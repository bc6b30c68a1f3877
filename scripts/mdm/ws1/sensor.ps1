# Workspace ONE sensor for Windows (response type: string, context: system).
$program = "$env:ProgramFiles\shadowscan\shadowscan.exe"
if (-not (Test-Path -LiteralPath $program)) { return 'NOT INSTALLED' }
$line = & $program report --format ws1 "$env:ProgramData\shadowscan\report.json" 2>$null
return [string]$line
