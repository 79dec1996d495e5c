//! Hashing passwords, off the threads that carry messages.

use std::{num::NonZeroUsize, sync::LazyLock};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        Error as Fault,
        phc::{Output, PasswordHash, Salt},
    },
};
use entity::secret::Hashed;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
    chat::{engine::workers::Pool, session::guess::Attempt},
    model::error::{Error, Problem},
};

/// Each hash takes a core for a while, and this much memory.
const MEGABYTES: u32 = 19;
const MOST_AT_ONCE: usize = 8;
/// A school that signs in when the lesson begins, and then some.
const WAITING: usize = 600;
/// Longer ones are refused before they cost anything.
pub const LONGEST: usize = 1_024;
/// Of no surface's clients less is taken, whatever the settings say.
pub const SHORTEST: usize = 4;

/// A hash of nothing in particular, verified when there is no such user, so that the
/// answer takes as long as for one that exists.
static DUMMY: LazyLock<String> =
    LazyLock::new(|| hash_now("nobody's password").unwrap_or_default());

#[derive(Clone)]
pub struct Passwords(Pool);

impl Default for Passwords {
    fn default() -> Self {
        // Half of the cores: the others carry messages, however many sign in.
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let places = (cores / 2).clamp(1, MOST_AT_ONCE);
        let memory = MEGABYTES * u32::try_from(places).unwrap_or(1);
        Self(Pool::new(places, WAITING, memory))
    }
}

impl Passwords {
    pub async fn hash(&self, password: &str) -> Result<Hashed, Error> {
        let password = password.to_owned();
        self.work(move || hash_now(&password)).await?.map(Hashed)
    }

    /// Whether it fits. `stored` may be a hash of one of the systems people come from.
    pub async fn verify(
        &self,
        mut attempt: Attempt,
        password: &str,
        stored: Option<&Hashed>,
    ) -> Result<bool, Error> {
        if password.len() > LONGEST {
            // Nobody has one so long, but it counts like any wrong one.
            attempt.look();
            return Ok(false);
        }
        let (password, stored) = (password.to_owned(), stored.cloned());
        self.work(move || {
            attempt.look();
            let hash = stored.as_ref().map_or(DUMMY.as_str(), Hashed::as_str);
            let fits = fits(&password, hash) && stored.is_some();
            if fits {
                attempt.right();
            }
            fits
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.0.work(MEGABYTES, job).await
    }
}

/// Checked once, at the door: long enough for its surface, and not absurd.
pub fn check(password: &str, shortest: usize) -> Result<(), Error> {
    let problem = if password.chars().count() < shortest {
        Problem::TooShort(shortest)
    } else if password.len() > LONGEST {
        Problem::TooLong(LONGEST)
    } else if password.contains('\0') {
        Problem::Control
    } else {
        return Ok(());
    };
    Err(Error::invalid("password", problem))
}

/// Whether the hash was made by another system or with older parameters.
pub fn is_outdated(stored: &str) -> bool {
    // What `Argon2::default()` writes; a test says so when the two part.
    !stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
}

fn hash_now(password: &str) -> Result<String, Error> {
    let (argon2, salt) = (Argon2::default(), rand::random::<[u8; 16]>());
    let mut digest = [0; Params::DEFAULT_OUTPUT_LEN];
    let told = |cause: String| Error::internal(cause);
    fill(&argon2, password, &salt, &mut digest).map_err(|it| told(it.to_string()))?;
    let hash = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: argon2.params().try_into().map_err(|it: Fault| told(it.to_string()))?,
        salt: Some(Salt::new(&salt).map_err(|it| told(it.to_string()))?),
        hash: Some(Output::new(&digest).map_err(|it| told(it.to_string()))?),
    };
    Ok(hash.to_string())
}

/// The work itself, in memory that the system gets back: glibc keeps what is smaller than
/// 32 MiB, once for every thread that ever hashed. The part that is not used costs nothing.
fn fill(argon2: &Argon2<'_>, password: &str, salt: &[u8], digest: &mut [u8]) -> argon2::Result<()> {
    const GIVEN_BACK: usize = 33 * 1024 * 1024;
    let blocks = argon2.params().block_count();
    let mut memory = Vec::with_capacity(blocks.max(GIVEN_BACK / Block::SIZE));
    memory.resize(blocks, Block::default());
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, digest, &mut memory)
}

fn argon2_fits(password: &str, stored: &str) -> Option<bool> {
    let hash = PasswordHash::new(stored).ok()?;
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = Version::try_from(hash.version?).ok()?;
    let argon2 = Argon2::new(algorithm, version, Params::try_from(&hash).ok()?);
    let wanted = hash.hash?;
    let mut digest = vec![0; wanted.len()];
    fill(&argon2, password, &hash.salt?, &mut digest).ok()?;
    Some(digest.ct_eq(wanted.as_bytes()).into())
}

fn fits(password: &str, stored: &str) -> bool {
    if stored.starts_with("$argon2") {
        return argon2_fits(password, stored).unwrap_or(false);
    }
    if stored.starts_with("$2") {
        return bcrypt::verify(password, stored).unwrap_or(false);
    }
    salted_sha256(password, stored)
}

/// `salt$hex` or `salt:hex`, the digest of the password followed by the salt.
fn salted_sha256(password: &str, stored: &str) -> bool {
    let Some((salt, wanted)) = stored.split_once(['$', ':']) else { return false };
    let digest = Sha256::digest(format!("{password}{salt}"));
    let hex = hex(&digest);
    hex.as_bytes().ct_eq(wanted.to_ascii_lowercase().as_bytes()).into()
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordHasher, PasswordVerifier};
    use entity::id::UserId;

    use super::*;
    use crate::chat::session::guess::{Guesses, TriedAccount};

    #[tokio::test]
    async fn a_hash_fits_its_password_only() {
        let (passwords, guesses) = (Passwords::default(), Guesses::new(None));
        let attempt =
            async || guesses.begin(TriedAccount::Known(UserId(1)), None, None).await.unwrap();
        let hash = passwords.hash("correct horse").await.unwrap();
        assert!(!is_outdated(hash.as_str()), "{hash:?}");
        assert!(passwords.verify(attempt().await, "correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify(attempt().await, "wrong horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify(attempt().await, "correct horse", None).await.unwrap());
    }

    #[test]
    fn other_programs_hashes_fit() {
        let argon2 =
            Argon2::new(Algorithm::Argon2i, Version::V0x13, Params::new(64, 3, 2, None).unwrap());
        let stored = argon2.hash_password(b"pass1234").unwrap().to_string();
        assert!(fits("pass1234", &stored) && !fits("pass1235", &stored) && is_outdated(&stored));
        let ours = PasswordHash::new(&hash_now("pass1234").unwrap()).unwrap();
        assert!(Argon2::default().verify_password(b"pass1234", &ours).is_ok());
        assert!(!fits("pass1234", "$argon2id$v=19$m=64,t=3,p=2$c2FsdA"));
    }

    #[test]
    fn hashes_of_the_systems_people_come_from_fit_and_are_outdated() {
        let bcrypt = bcrypt::hash("pass1234", 4).unwrap();
        let digest = hex(&Sha256::digest("pass1234salt"));
        for stored in [bcrypt, format!("salt${digest}")] {
            assert!(fits("pass1234", &stored) && !fits("pass1235", &stored));
            assert!(is_outdated(&stored));
        }
    }
}
