// plan: a seed becomes a list of steps. A step is plain data that stays sensible when others are
// left out, so that a failing history can be shortened.
import { Dice } from "./dice.mjs";

const MINUTE_MS = 60_000;
const YEAR_MS = 365.25 * 24 * 60 * MINUTE_MS;
/** Clocks of children's tablets: a little off, far off, years off; and right. */
const CLOCK_ERRORS_MS = [
    -1_000_000, -90_000, -1_000, 0, 700, 30_000, 3_600_000, 100_000_000, -10 * YEAR_MS, 10 * YEAR_MS,
];
const KINDS = ["idea", "trouble", "good", "question", "action", "reading"];

/** How often each thing happens; worlds add to it. */
const WEIGHTS = {
    comment: 18, reply: 7, edit: 10, withdraw: 4, react: 8, refused: 2,
    push: 26, pull: 4, tablet_dies: 3, tablet_clock: 3, server_clock: 2, server_dies: 2, rest: 3, replay: 4,
    image: 2, photo: 0, decide: 0,
};

/** What the network and the power do to one request. */
const FATES = {
    ok: 30, lose_request: 6, lose_answer: 8, twice: 4, shuffle: 6, tablet_dies: 3, tablet_dies_first: 2,
    server_dies: 6, replay: 4, disk_full: 2, scatter: 6,
};

/** What a moderator does, and what the line does to it. */
const ACTIONS = { hide: 6, hold: 2, publish: 3, mask: 2, restore: 4, blur: 3, move: 3, redact: 1, erase: 4 };
const DESK_FATES = { ok: 30, lose_request: 2, lose_answer: 4, server_dies: 5, disk_full: 2 };

function fate(dice, weights) {
    const what = dice.weighted(weights);
    switch (what) {
        case "server_dies":
            return { what, call: dice.between(1, 24) };
        case "disk_full":
            return { what, call: dice.between(1, 16) };
        case "cut":
            return { what, part: dice.below(1000) / 1000 };
        case "replay":
        case "shuffle":
        case "scatter":
            return { what, seed: dice.below(1_000_000) };
        default:
            return { what };
    }
}

/** What goes wrong seldom by itself: a correction on its way meets a second one, or a withdrawal. */
function scene(dice, device) {
    const own = (what) => ({ what, device, target: 0, times: 1, kind: "idea", value: "agree" });
    const push = (...fates) => ({ what: "push", device, fates: fates.map((what) => ({ what, seed: dice.below(1_000_000) })) });
    return [
        own("comment"), ...(dice.chance(0.5) ? [push("ok", "ok", "ok")] : []), own("edit"),
        push("ok", dice.pick(["lose_request", "lose_answer"]), "lose_request"),
        own(dice.pick(["edit", "withdraw", "react"])), push("ok", dice.pick(["scatter", "shuffle"]), "scatter"),
    ].map((step) => ({ ...step, seed: dice.below(2 ** 31), waitMs: dice.below(90_000) }));
}

/** world: { devices, weights, fates, steps: [least, most], clocks } */
export function plan(seed, world) {
    const dice = new Dice(seed);
    const weights = { ...WEIGHTS, ...world.weights };
    const fates = { ...FATES, ...world.fates };
    const steps = [];
    const count = dice.between(...world.steps);
    while (steps.length < count) {
        if (dice.chance(0.04)) steps.push(...scene(dice, dice.below(world.devices)));
        const what = dice.weighted(weights);
        const step = { what, device: dice.below(world.devices), seed: dice.below(2 ** 31), waitMs: dice.below(90_000) };
        switch (what) {
            case "comment":
            case "photo":
            case "reply":
            case "edit":
            case "withdraw":
            case "react":
                step.kind = dice.pick(KINDS);
                step.value = dice.pick(["agree", "disagree", "unsure", "none"]);
                step.target = dice.below(1000);
                if (what === "photo") step.photos = dice.between(1, 2);
                // People correct themselves, and mostly what they wrote last.
                if (what === "edit" || what === "react") step.times = dice.between(1, 3);
                // The tablet is killed in the middle of saving: before the commit, or just after.
                if (dice.chance(0.05)) step.dies = dice.chance(0.5) ? "before" : "after";
                break;
            case "refused":
                step.why = dice.pick(["outside", "long"]);
                break;
            case "push":
            case "pull":
                step.fates = Array.from({ length: dice.between(1, 4) }, () => fate(dice, fates));
                if (dice.chance(0.06)) step.dies = { n: dice.between(1, 4), before: dice.chance(0.5) };
                break;
            case "sync":
                step.fates = Array.from({ length: dice.between(0, 3) }, () => fate(dice, world.syncFates));
                step.by = dice.weighted(world.syncBy);
                if (dice.chance(0.15)) step.dies = dice.between(1, 40);
                break;
            case "move":
                step.target = dice.below(1000);
                break;
            case "decide":
                step.server = dice.below(2);
                step.action = dice.weighted(ACTIONS);
                step.target = dice.below(1000);
                step.value = dice.below(1000);
                step.fate = fate(dice, DESK_FATES);
                break;
            case "tablet_clock":
                step.offsetMs = dice.pick(CLOCK_ERRORS_MS);
                break;
            case "server_clock":
                step.server = dice.below(2);
                step.offsetMs = dice.pick([-100_000_000, -3_600_000, -1_000, 0, 0, 5_000, 86_400_000]);
                break;
            case "server_dies":
            case "rest":
            case "image":
                step.server = dice.below(2);
                step.downFor = dice.below(4);
                break;
            case "restore":
                step.server = dice.below(2);
                step.image = dice.below(1000);
                step.beside = dice.pick(["kept", "gone", "old"]);
                break;
            default:
        }
        steps.push(step);
    }
    return steps;
}

/** One line of a step, for people. */
export function describe(step) {
    const { what, device, seed, waitMs, ...rest } = step;
    const of = ["server_clock", "server_dies", "rest", "image", "restore", "replay", "sync", "lost", "decide"].includes(what)
        ? "" : ` by tablet ${device}`;
    const details = Object.entries(rest).map(([name, value]) =>
        `${name}=${name === "fates" ? value.map((one) => [one.what, one.call].filter(Boolean).join("@")).join(",")
            : name === "fate" ? value.what : typeof value === "object" ? JSON.stringify(value) : value}`);
    return `${what}${of} ${details.join(" ")}`.trim();
}
