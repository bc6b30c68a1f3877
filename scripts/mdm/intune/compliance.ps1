# Intune custom compliance, discovery script for Windows: one line of JSON with the settings of compliance.json.
# Of a 32-bit PowerShell as well.
$programs = if ($env:ProgramW6432) { $env:ProgramW6432 } else { $env:ProgramFiles }
$program = "$programs\shadowscan\shadowscan.exe"
if (-not (Test-Path -LiteralPath $program)) {
  return '{"ShadowscanResult":"none","ShadowscanComplete":false,"ShadowscanAgeHours":999999}'
}
$line = & $program report --format intune-compliance "$env:ProgramData\shadowscan\report.json" 2>$null
# A program that says nothing is no result either.
if (-not $line) { $line = '{"ShadowscanResult":"error","ShadowscanComplete":false,"ShadowscanAgeHours":999999}' }
return [string]$line
