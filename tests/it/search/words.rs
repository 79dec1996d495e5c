//! What is found by which words.

use parlor::config::Settings;

use super::{delete, eager, edit, found, indexed, refusal, server};
use crate::support::databases::Kind;

on_every_kind!(
    words_and_parts_of_words_are_found,
    a_deleted_message_is_found_by_nothing,
    an_edited_message_is_found_by_its_new_words_only,
    a_message_is_found_as_soon_as_it_is_acknowledged,
);

const SAID: [&str; 22] = [
    "Hello, World!",
    "the shell is heavier than hell",
    "明天我们一起去北京的图书馆看书吧",
    "昨日は東京タワーに登りました。",
    "오늘은 서울에서 친구를 만났습니다",
    "Crème brûlée au café",
    "Die Straße ist naß",
    "congratulations 🎉🎉 well done 👍🏽",
    "a discount of 50% on snake_case, it's \"quoted\" (*starred*)",
    "we write it in C++ and C#, not in C",
    "ask @ann about invoice no. 20261",
    "ｆｕｌｌｗｉｄｔｈ ＴＥＸＴ",
    "Привет, как дела? Ёлка",
    "שלום עולם",
    "نص عربي قصير",
    "สวัสดีชาวโลก",
    "naïve façade; coöperate",
    "SELECT * FROM users; DROP TABLE messages; --",
    "AND OR NOT NEAR title:x {a b}:c ^start",
    "mixed 中文text字 together",
    "ﬁnal oﬃce",
    "line one\nline two",
];

/// Each query, and which of the above it finds.
const ASKED: [(&str, &[usize]); 57] = [
    ("hello", &[0]),
    ("HELLO world", &[0]),
    ("world hello", &[0]),
    ("hell", &[1, 0]),
    ("he", &[19, 1, 0]),
    ("eav", &[1]),
    ("北京", &[2]),
    ("图书", &[2]),
    ("书馆", &[2]),
    ("书吧", &[2]),
    ("馆", &[2]),
    ("京的图书馆看", &[2]),
    ("书图", &[]),
    ("東京", &[3]),
    ("タワ", &[3]),
    ("登り", &[3]),
    ("た", &[3]),
    ("서울", &[4]),
    ("울에", &[4]),
    ("습니", &[4]),
    ("났", &[4]),
    ("creme brulee", &[5]),
    ("CAFÉ", &[5]),
    ("cafe\u{301}", &[5]),
    ("strasse", &[6]),
    ("naß", &[6]),
    ("🎉", &[7]),
    ("👍", &[7]),
    ("👍🏽", &[7]),
    ("🚀", &[]),
    ("50%", &[8]),
    ("50", &[8]),
    ("snake_case", &[8]),
    ("\"quoted\" *starred*", &[8]),
    ("%quoted%", &[8]),
    ("it's", &[8]),
    ("it’s", &[8]),
    ("c++", &[9]),
    ("C#", &[9]),
    ("@ann", &[10]),
    ("026", &[10]),
    ("fullwidth text", &[11]),
    ("ｈｅｌｌｏ", &[0]),
    ("ПРИВЕТ", &[12]),
    ("ёлк", &[12]),
    ("שלום", &[13]),
    ("عربي", &[14]),
    ("ดีชาว", &[15]),
    ("naive facade", &[16]),
    ("DROP TABLE", &[17]),
    ("'; DROP TABLE messages; --", &[17]),
    ("select*from", &[17]),
    ("OR NOT NEAR title:x", &[18]),
    ("文te", &[19]),
    ("t字", &[19]),
    ("final office", &[20]),
    ("one line two", &[21]),
];

async fn words_and_parts_of_words_are_found(kind: Kind) {
    for tweak in [|_: &mut Settings| {}, eager] {
        let server = server(kind, tweak).await;
        let (ann, bob) = (server.person("ann").await, server.person("bob").await);
        let room = server.direct_room(&ann, &bob).await;
        for words in SAID {
            server.say(&ann, &room, words).await;
        }
        if server.chat().rules().search_block == 1 {
            indexed(&server).await;
        }
        for (query, expected) in ASKED {
            let mut expected: Vec<&str> = expected.iter().map(|it| SAID[*it]).collect();
            expected.sort_by_key(|it| SAID.iter().rev().position(|said| said == it));
            assert_eq!(found(&server, &bob, query, &[]).await, expected, "{query}");
        }
        for query in ["", " ", "a", "%", "_", "'", "\"", "*", "?!", "a b", &"x".repeat(101)] {
            let (status, answer) = refusal(&server, &bob, query, &[]).await;
            assert_eq!(status, 422, "{query}");
            assert_eq!(answer["errors"][0]["loc"][1], "query", "{answer}");
        }
    }
}

async fn a_deleted_message_is_found_by_nothing(kind: Kind) {
    for tweak in [|_: &mut Settings| {}, eager] {
        let server = server(kind, tweak).await;
        let (ann, bob) = (server.person("ann").await, server.person("bob").await);
        let room = server.direct_room(&ann, &bob).await;
        let gone = server.say(&ann, &room, "a secret about 猫").await;
        server.say(&ann, &room, "another secret").await;
        if server.chat().rules().search_block == 1 {
            indexed(&server).await;
        }
        delete(&server, &gone).await;
        assert_eq!(found(&server, &bob, "secret", &[]).await, ["another secret"]);
        assert_eq!(found(&server, &bob, "猫", &[]).await, [""; 0]);
    }
}

async fn an_edited_message_is_found_by_its_new_words_only(kind: Kind) {
    for tweak in [|_: &mut Settings| {}, eager] {
        let server = server(kind, tweak).await;
        let (ann, bob) = (server.person("ann").await, server.person("bob").await);
        let room = server.direct_room(&ann, &bob).await;
        let first = server.say(&ann, &room, "we meet on Monday").await;
        server.say(&ann, &room, "Tuesday is too late").await;
        if server.chat().rules().search_block == 1 {
            indexed(&server).await;
        }
        edit(&server, &first, "we meet on Tuesday").await;
        assert_eq!(found(&server, &bob, "monday", &[]).await, [""; 0]);
        let both = ["Tuesday is too late", "we meet on Tuesday"];
        assert_eq!(found(&server, &bob, "tuesday", &[]).await, both, "in their old order");
        edit(&server, &first, "我们星期一见").await;
        edit(&server, &first, "我们星期二见").await;
        assert_eq!(found(&server, &bob, "期二", &[]).await, ["我们星期二见"]);
        assert_eq!(found(&server, &bob, "期一", &[]).await, [""; 0]);
        assert_eq!(found(&server, &bob, "tuesday", &[]).await, ["Tuesday is too late"]);
    }
}

async fn a_message_is_found_as_soon_as_it_is_acknowledged(kind: Kind) {
    let server = server(kind, |settings| settings.search.block = 5).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    for n in 0..60 {
        let words = format!("word{n:03}");
        server.say(&ann, &room, &words).await;
        assert_eq!(found(&server, &bob, &words, &[]).await, [words]);
    }
}
