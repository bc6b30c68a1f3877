# Workspace ONE sensor for Windows (response type: string, context: system).
# Of a 32-bit PowerShell as well.
$programs = if ($env:ProgramW6432) { $env:ProgramW6432 } else { $env:ProgramFiles }
$program = "$programs\shadowscan\shadowscan.exe"
if (-not (Test-Path -LiteralPath $program)) { return 'NOT INSTALLED' }
$line = & $program report --format ws1 "$env:ProgramData\shadowscan\report.json" 2>$null
return [string]$line
