/** Identities as people read them. */

/** Packages in the form that allowlists use (`npm:@scope/name@1.0.0`), and URLs without the usual scheme. */
export function readable(identity: string): string {
  if (identity.startsWith('https://')) return identity.slice('https://'.length);
  const purl = /^pkg:([a-z]+)\/([^?#]+)(?:\?([^#]*))?/.exec(identity);
  if (purl === null) return identity;
  const place = new URLSearchParams(purl[3] ?? '');
  try {
    const name = decodeURIComponent(purl[2] ?? '');
    const repository = place.get('repository_url');
    // The whole name of an image is where it comes from, with what stands behind its own name.
    if (repository !== null) return `${purl[1]}:${repository}${/@.*$/.exec(name)?.[0] ?? ''}`;
    return place.get('vcs_url') ?? place.get('download_url') ?? `${purl[1]}:${name}`;
  } catch {
    return identity;
  }
}
