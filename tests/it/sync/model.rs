//! Random lives of a few people on several devices, beside the simplest model of a chat:
//! whatever they do and however their lines break, every device ends up with the truth.
//!
//! A failure prints the shortest list of steps that still fails. `PARLOR_TEST_MODEL_SEED` and
//! `PARLOR_TEST_MODEL_CASES` replay one run, or make it longer.
mod run;
mod step;
mod truth;

use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use crate::support::{databases::Kind, server::Server};

const STEPS: usize = 60;

#[test]
fn every_device_ends_with_the_truth_on_sqlite() {
    explore(Kind::Sqlite);
}

#[test]
fn every_device_ends_with_the_truth_on_postgres() {
    explore(Kind::Postgres);
}

#[test]
fn every_device_ends_with_the_truth_on_mariadb() {
    explore(Kind::MariaDb);
}

fn explore(kind: Kind) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let seed = asked("PARLOR_TEST_MODEL_SEED").unwrap_or_else(rand::random);
    let cases = asked("PARLOR_TEST_MODEL_CASES").unwrap_or(6);
    println!("PARLOR_TEST_MODEL_SEED={seed} PARLOR_TEST_MODEL_CASES={cases}");
    let config = Config {
        cases: u32::try_from(cases).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 300,
        ..Config::default()
    };
    let bytes: Vec<u8> = seed.to_le_bytes().repeat(4);
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let server = runtime.block_on(Server::on(kind));
    let result = TestRunner::new_with_rng(config, random).run(&step::steps(STEPS), |steps| {
        let life = run::run(&server, &steps);
        runtime.block_on(life);
        Ok(())
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, steps)) => {
            panic!("PARLOR_TEST_MODEL_SEED={seed}: {reason}\nafter {steps:#?}")
        }
        Err(TestError::Abort(reason)) => panic!("PARLOR_TEST_MODEL_SEED={seed}: {reason}"),
    }
}

#[expect(clippy::disallowed_methods, reason = "whoever replays a run says so this way")]
fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|it| it.parse().expect("a number"))
}
