/**
 * What MDM delivers: a configuration profile of macOS for one preference domain, and a file of the Windows
 * registry. Both are written whole, for equal input with equal bytes.
 */

export type Preference = string | boolean | number | Preference[] | { [key: string]: Preference };

/** Text for XML; control characters that XML cannot hold are left out. */
function escaped(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
  );
}

function element(value: Preference, indent: string): string {
  if (typeof value === 'string') return `${indent}<string>${escaped(value)}</string>\n`;
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>\n`;
  if (typeof value === 'boolean') return `${indent}<${value}/>\n`;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return `${indent}<array/>\n`;
    return `${indent}<array>\n${value.map((one) => element(one, inner)).join('')}${indent}</array>\n`;
  }
  const pairs = Object.entries(value).map(
    ([key, one]) => `${inner}<key>${escaped(key)}</key>\n${element(one, inner)}`,
  );
  return `${indent}<dict>\n${pairs.join('')}${indent}</dict>\n`;
}

export type Profile = {
  /** Preference domain, such as `com.example.app`. */
  domain: string;
  title: string;
  stamp: string;
  settings: { [key: string]: Preference };
  uuid: (seed: string) => string;
};

/** A profile that sets preferences of one domain for the whole machine, and that users cannot remove. */
export function profile({ domain, title, stamp, settings, uuid }: Profile): string {
  const identifier = `shadowscan.allowlist.${domain}`;
  const whole: Preference = {
    PayloadContent: [
      {
        ...settings,
        PayloadType: domain,
        PayloadVersion: 1,
        PayloadIdentifier: `${identifier}.settings`,
        PayloadUUID: uuid(`${domain} settings`),
        PayloadDisplayName: title,
      },
    ],
    PayloadDescription: stamp,
    PayloadDisplayName: `${title}: approved MCP servers`,
    PayloadIdentifier: identifier,
    PayloadRemovalDisallowed: true,
    PayloadScope: 'System',
    PayloadType: 'Configuration',
    PayloadUUID: uuid(domain),
    PayloadVersion: 1,
  };
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" ' +
    '"http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n' +
    `<plist version="1.0">\n${element(whole, '')}</plist>\n`
  );
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/**
 * A file for `reg import`: text values and numbers of one key. UTF-16 with a mark at its beginning, as the
 * registry editor writes it, so that no code page changes anything. A text holds no line break.
 */
export function registryFile(key: string, values: Record<string, string | number>, stamp: string): Buffer {
  const lines = [
    'Windows Registry Editor Version 5.00',
    '',
    `; ${stamp}`,
    `[${key}]`,
    ...Object.entries(values).map(([name, value]) =>
      typeof value === 'number'
        ? `${quoted(name)}=dword:${value.toString(16).padStart(8, '0')}`
        : `${quoted(name)}=${quoted(value)}`,
    ),
    '',
  ];
  return Buffer.from(`\ufeff${lines.join('\r\n')}`, 'utf16le');
}
