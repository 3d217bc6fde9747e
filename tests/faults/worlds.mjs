// worlds: who there is, what may happen to them, and what must hold in the end.
import {
    clocksDecideNothing, everySavedOnce, nothingElse, rebuiltIsLive, replaysChangeNothing, tabletsAreQuiet, tabletsShowTheSame,
    wishesHold,
} from "./judge.mjs";

const CHECK_EVERY = 4;

/** What every world's histories are judged by (README.md); a violation begins with the short name. */
const ALWAYS = [
    "I1_what_was_saved_is_on_every_server_once_or_visibly_refused",
    "I2_the_same_operations_make_the_same_tables_and_screens",
    "I4_replays_of_old_requests_change_nothing",
    "I6_wrong_clocks_refuse_nothing_and_show_no_future",
    "I8_what_an_author_wrote_last_stands",
    "I9_withdrawn_stays_withdrawn",
    "I13_nothing_grows_but_by_what_people_do",
];

async function judgeOne(history, server) {
    const look = () => history.kit.look(server.folder);
    const found = await look();
    await everySavedOnce(history, server, found);
    nothingElse(history, server, found);
    await wishesHold(history, server, found);
    clocksDecideNothing(history, server, found);
    await replaysChangeNothing(history, look, (a, b) => JSON.stringify(a) === JSON.stringify(b));
    if (history.seed % CHECK_EVERY === 0) await rebuiltIsLive(history, server);
}

const shared = { devices: 3, steps: [20, 60], weights: {}, fates: {} };

export const WORLDS = {
    /** Three tablets and the city's own server, whose disk keeps what it said it had. */
    city: {
        ...shared,
        servers: ["city"],
        holds: ALWAYS,
        weights: { restore: 0, image: 0 },
        async judge(history) {
            await tabletsAreQuiet(history);
            await tabletsShowTheSame(history);
            await judgeOne(history, history.servers[0]);
        },
    },
};
