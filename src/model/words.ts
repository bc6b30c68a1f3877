/**
 * Closed lists of words that run-time code needs. Apart from the schemas, which are made from them, so that a
 * scan does not pay for a validator it does not use.
 */

export const platforms = ['linux', 'macos', 'windows'] as const;

/** Worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;

/** Package types as purls have them. */
export const packageTypes = ['npm', 'pypi', 'oci', 'nuget', 'mcpb', 'cargo', 'golang', 'gem', 'jsr'] as const;

/** Worst first. */
export const threatClasses = ['malicious', 'compromised', 'vulnerable', 'archived', 'superseded'] as const;
