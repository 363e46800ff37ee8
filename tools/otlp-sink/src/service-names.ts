const SERVICES_MAXIMUM = 1_000;

/** `service.name` → a small number. */
export class ServiceNames {
  readonly names: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** Its number; the thousandth stands for all that come after it. */
  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.names.length === SERVICES_MAXIMUM) return SERVICES_MAXIMUM - 1;
    this.#numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}
