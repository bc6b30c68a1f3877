/**
 * Adds items to lists of a YAML or JSON file that people wrote. Comments and order stay. The file must have
 * been validated before.
 */
import { type Document, yamlLibrary } from './yaml-library.ts';

export type Addition = { list: string; item: Record<string, unknown>; comment: string };

/** JSON has no comments, and keeps its form. */
function addedToJson(text: string, additions: Addition[]): string {
  const whole = JSON.parse(text.replace(/^\uFEFF/, '')) as Record<string, unknown>;
  for (const { list, item } of additions) {
    const before = whole[list];
    whole[list] = [...(Array.isArray(before) ? before : []), item];
  }
  return `${JSON.stringify(whole, null, 2)}\n`;
}

function sequenceAt(document: Document, name: string) {
  const { isSeq, YAMLSeq } = yamlLibrary();
  const found = document.get(name, true);
  if (isSeq(found) && (!found.flow || found.items.length > 0)) return found;
  // An empty list in brackets becomes one with a line for each item.
  const made = new YAMLSeq();
  if (isSeq(found) && found.comment) made.comment = found.comment;
  document.set(name, made);
  return made;
}

/** The text with all additions, each with its comment above it. */
export function withAdditions(text: string, additions: Addition[]): string {
  if (additions.length === 0) return text;
  if (/^\s*\{/.test(text.replace(/^\uFEFF/, '')) && isJson(text)) return addedToJson(text, additions);
  const document = yamlLibrary().parseDocument(text, { schema: 'core' });
  for (const { list, item, comment } of additions) {
    const sequence = sequenceAt(document, list);
    const node = document.createNode(item);
    // In a list in brackets a comment would take the rest of the line.
    if (!sequence.flow) node.commentBefore = ` ${comment}`;
    sequence.items.push(node);
  }
  return document.toString({ lineWidth: 0 });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}
