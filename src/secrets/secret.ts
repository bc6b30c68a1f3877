/**
 * The one class of the program: text that came out of a scanned file, held shut. It prints, serialises
 * and inspects as `[secret]`. `open` is the only way in, and the tidy test allows it under `secrets/`
 * and `migrate/` alone.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** Length in UTF-16 units. */
  get length(): number {
    return this.#value.length;
  }

  /** Whether both hold the same text. */
  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }

  /** The text of a secret. Only `secrets/` and `migrate/` may call this. */
  static open(secret: Secret): string {
    return secret.#value;
  }
}
