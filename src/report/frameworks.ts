/**
 * The frameworks that checks cite, by the words that rule files use: how each is called, and where it is
 * published. A framework of somebody's own rules is known by its word alone.
 * Names and editions: the organisations' own pages, 2026-11.
 */

export type Framework = { name: string; organization: string; url: string | null };

const known: Record<string, Framework> = {
  'owasp-mcp': {
    name: 'OWASP MCP Top 10',
    organization: 'OWASP',
    url: 'https://owasp.org/www-project-mcp-top-10/',
  },
  'owasp-llm': {
    name: 'OWASP Top 10 for LLM Applications',
    organization: 'OWASP',
    url: 'https://genai.owasp.org/llm-top-10/',
  },
  'owasp-agentic': {
    name: 'OWASP Top 10 for Agentic Applications',
    organization: 'OWASP',
    url: 'https://genai.owasp.org/',
  },
  'mitre-attack': { name: 'MITRE ATT&CK', organization: 'MITRE', url: 'https://attack.mitre.org/' },
  'mitre-atlas': { name: 'MITRE ATLAS', organization: 'MITRE', url: 'https://atlas.mitre.org/' },
  cwe: { name: 'CWE', organization: 'MITRE', url: 'https://cwe.mitre.org/' },
  'nist-ai-rmf': {
    name: 'NIST AI Risk Management Framework',
    organization: 'NIST',
    url: 'https://www.nist.gov/itl/ai-risk-management-framework',
  },
  'iso-27001': { name: 'ISO/IEC 27001:2022', organization: 'ISO/IEC', url: null },
  'iso-42001': { name: 'ISO/IEC 42001:2023', organization: 'ISO/IEC', url: null },
};

/** What a framework is called; the word itself where nothing else is known of it. */
export function framework(word: string): Framework {
  return Object.hasOwn(known, word) ? known[word]! : { name: word, organization: 'unknown', url: null };
}

/** A technique of MITRE with the parent that it is part of. */
export type Technique = { framework: string; technique: string; sub: string | null };

/** Techniques of ATT&CK and ATLAS that a finding cites; mitigations and tactics are none. */
export function techniques(frameworks: Record<string, string[]>): Technique[] {
  return ['mitre-attack', 'mitre-atlas'].flatMap((word) =>
    (frameworks[word] ?? []).flatMap((id): Technique[] => {
      const [, technique, sub] = /^((?:AML\.)?T\d{4})(\.\d{3})?$/.exec(id) ?? [];
      if (technique === undefined) return [];
      return [{ framework: framework(word).name, technique, sub: sub === undefined ? null : id }];
    }),
  );
}
