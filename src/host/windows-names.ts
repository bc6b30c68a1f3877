/**
 * Names that Windows takes for something else than a file. Node puts the prefix of long paths before every
 * absolute one, so that length, devices (NUL, COM1) and trailing dots mean nothing special there.
 * What that leaves open is here (learn.microsoft.com/windows/win32/fileio/naming-a-file, 2026-11).
 */

/** Devices, with or without what stands behind a dot; superscript digits count as digits. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:[. ].*)?$/i;

/** Whether a path names a second stream of a file (`file:stream`), a device, or the namespace of devices. */
export function isOddName(file: string): boolean {
  const whole = file.replaceAll('/', '\\');
  // What stands for a long path, and is itself plain.
  const plain = whole.replace(/^\\\\\?\\(?:UNC\\|(?=[A-Za-z]:))/, '');
  if (/^\\\\[?.]\\/.test(plain)) return true;
  const [, rest = ''] = /^(?:[A-Za-z]:)?(.*)$/s.exec(plain) ?? [];
  return rest.includes(':') || rest.split('\\').some((name) => device.test(name));
}
