// What lasts is said twice: when it begins, and when it is over. Nothing is said in between, however often it is noticed.

export class SayOnce {
  #lasts = false;

  begins(say: () => void): void {
    if (!this.#lasts) say();
    this.#lasts = true;
  }

  ends(say: () => void = () => {}): void {
    if (this.#lasts) say();
    this.#lasts = false;
  }
}
