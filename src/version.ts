/** The program's own version; a build replaces the text by that of package.json. */
import pkg from '../package.json' with { type: 'json' };

export const version: string = pkg.version;
