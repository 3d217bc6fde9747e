// dice: random numbers that a seed brings back, and small choices made with them.

const GAMMA = 0x9e3779b97f4a7c15n;

function mix(value) {
    let z = BigInt.asUintN(64, value);
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
}

/** SplitMix64. The seed is mixed first: neighbours among seeds are not to be neighbours in one stream. */
export class Dice {
    #state;

    constructor(seed) {
        this.#state = mix(mix(BigInt(seed)) ^ 0x6b616b696b6f6d61n);
    }

    #next() {
        this.#state = BigInt.asUintN(64, this.#state + GAMMA);
        return Number(mix(this.#state) & 0xffffffffn);
    }

    /** A whole number from 0 to below n. */
    below(n) {
        return Math.floor((this.#next() / 2 ** 32) * n);
    }

    between(low, high) {
        return low + this.below(high - low + 1);
    }

    chance(probability) {
        return this.#next() < probability * 2 ** 32;
    }

    pick(list) {
        return list[this.below(list.length)];
    }

    /** One of the names, as often as its weight says: { name: weight }. */
    weighted(weights) {
        let rest = this.below(Object.values(weights).reduce((sum, weight) => sum + weight, 0));
        for (const [name, weight] of Object.entries(weights)) {
            rest -= weight;
            if (rest < 0) return name;
        }
        throw new Error("no weights");
    }

    shuffled(list) {
        const mixed = [...list];
        for (let i = mixed.length - 1; i > 0; i--) {
            const j = this.below(i + 1);
            [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
        }
        return mixed;
    }

    bytes(length) {
        return Uint8Array.from({ length }, () => this.#next() & 0xff);
    }
}
