/** Completion for PowerShell (`Register-ArgumentCompleter -Native`), 5.1 and later. */
import type { CommandSpec } from '../command-tree.ts';
import { brief, offered, placesOf } from './words.ts';

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Name -> description, as a hash table that keeps its order. */
const table = (pairs: [string, string][]): string =>
  `[ordered]@{ ${pairs.map(([name, said]) => `${text(name)} = ${text(brief(said) || name)}`).join('; ')} }`;

/** The script. */
export function powershellCompletion(root: CommandSpec): string {
  const places = placesOf(root).map(({ words, spec }) => {
    const options = spec.options.flatMap(({ flags, description }) =>
      flags.map((flag): [string, string] => [flag, description]),
    );
    const values = spec.options.flatMap(({ flags, choices }) =>
      choices.length === 0 ? [] : flags.map((flag) => `${text(flag)} = @(${choices.map(text).join(', ')})`),
    );
    return `  ${text(words)} = @{
    Commands = ${table(offered(spec))}
    Options = ${table(options)}
    Values = @{ ${values.join('; ')} }
  }`;
  });
  return `# shadowscan completion for PowerShell
$script:ShadowscanPlaces = @{
${places.join('\n')}
}
Register-ArgumentCompleter -Native -CommandName shadowscan -ScriptBlock {
  param($current, $ast, $cursor)
  $before = @($ast.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { $_.ToString() })
  $place = ''
  foreach ($word in $before) {
    $next = "$place $word".Trim()
    if ($script:ShadowscanPlaces.ContainsKey($next)) { $place = $next }
  }
  $known = $script:ShadowscanPlaces[$place]
  $last = if ($before.Count -gt 0) { $before[-1] } else { '' }
  $all = if ($known.Values.ContainsKey($last)) {
    $known.Values[$last] | ForEach-Object { @{ Name = $_; Text = $_ } }
  } else {
    $from = if ($current.StartsWith('-')) { $known.Options } else { $known.Commands }
    $from.Keys | ForEach-Object { @{ Name = $_; Text = $from[$_] } }
  }
  $all | Where-Object { $_.Name -like "$current*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_.Name, $_.Name, 'ParameterValue', $_.Text)
  }
}
`;
}
