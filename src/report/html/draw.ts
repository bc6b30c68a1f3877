/**
 * A picture as SVG, in the document itself: boxes, lines between them, texts cut to fit with the whole
 * behind.
 */
import { neutral } from '../neutral.ts';
import { middle } from '../width.ts';
import { type Markup, mark } from './markup.ts';
import type { Box, Edge, Picture } from './picture.ts';

/** Units that a character takes at most, in the font of the picture. */
const unitsOfCharacter = 7.3;
const padding = 9;
const lineHeight = 15;

function text(box: Box, line: string, index: number): Markup {
  const room = Math.floor((box.width - 2 * padding) / unitsOfCharacter);
  const y = box.y + 16 + index * lineHeight;
  return mark`<text x="${box.x + padding}" y="${y}" class="${index === 0 ? 'strong' : 'soft'}">${middle(
    neutral(line),
    room,
    '…',
  )}</text>`;
}

function draw(box: Box): Markup {
  const { x, y, width, height, lines, title, tint, off } = box;
  return mark`<g class="${tint}${off ? ' off' : ''}"><title>${title}</title>
<rect x="${x + 1}" y="${y + 1}" width="${width - 2}" height="${height}" rx="6"/>
${lines.map((line, index) => text(box, line, index))}</g>
`;
}

function curve({ from, to }: Edge): Markup {
  const start = [from.x + from.width - 1, from.y + Math.min(from.height, 38) / 2 + 1];
  const end = [to.x + 1, to.y + to.height / 2 + 1];
  // From an agent past the servers: down first, then straight below them.
  const far = to.x - from.x - from.width > 200;
  const bend = far ? from.x + from.width + 40 : (start[0]! + end[0]!) / 2;
  const path = `M${start[0]} ${start[1]} C${bend} ${start[1]} ${far ? bend - 20 : bend} ${end[1]} ${
    far ? bend + 40 : end[0]
  } ${end[1]} L${end[0]} ${end[1]}`;
  return mark`<path d="${path}"/>
`;
}

/** One picture, with a text for who does not see it. */
export function svg({ width, height, boxes, edges }: Picture, said: string): Markup {
  return mark`<div class="scroll"><svg class="picture" role="img" viewBox="0 0 ${width} ${height}"
 aria-label="${said}">
${edges.map(curve)}${boxes.map(draw)}</svg></div>
`;
}
