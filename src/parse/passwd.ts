/** Lines of passwd(5), field by field as they stand there; what a field may hold is for its reader to say. */

/** One user; a field that is missing is empty. */
export type PasswdLine = { name: string; uid: string; gid: string; home: string; shell: string };

/** All lines of a user database. */
export function passwdLines(text: string): PasswdLine[] {
  return text.split('\n').map((line) => {
    const [name = '', , uid = '', gid = '', , home = '', shell = ''] = line.split(':');
    return { name, uid, gid, home, shell };
  });
}
