//! Uploaded bytes on disk. A file appears under its name only when it is complete.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::{fs, io::AsyncWriteExt};
use uuid::Uuid;

/// What tells portraits from the files of messages.
const PORTRAIT: &str = "avatars/";
/// How the name of a file ends that is still being written.
const PART: &str = "part";

/// Where uploads live.
#[derive(Clone, Debug)]
pub struct Disk {
    avatars: Arc<Path>,
    messages: Arc<Path>,
}

/// A file that is still being written; dropping it removes what there is.
pub struct FileDraft {
    file: fs::File,
    path: PathBuf,
    /// All that was written is on the disk.
    synced: bool,
    kept: bool,
}

impl Disk {
    pub fn new(avatars: &Path, messages: &Path) -> Self {
        Self { avatars: avatars.into(), messages: messages.into() }
    }

    pub fn avatar_path(&self, name: &str) -> PathBuf {
        self.avatars.join(name)
    }

    pub fn message_path(&self, name: &str) -> PathBuf {
        self.messages.join(name)
    }

    /// Opens a temporary file beside its later place, so that keeping it is a rename.
    pub async fn draft(&self, name: &str) -> io::Result<FileDraft> {
        FileDraft::open(&self.messages, name).await
    }

    /// The same for a portrait.
    pub async fn avatar_draft(&self, name: &str) -> io::Result<FileDraft> {
        FileDraft::open(&self.avatars, name).await
    }

    /// Another name for the same bytes; they are gone when their last name is.
    pub async fn share(&self, name: &str, other: &str) -> io::Result<()> {
        let (from, to) = (self.message_path(name), self.message_path(other));
        match fs::hard_link(&from, &to).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(error),
            // Not every file system knows two names for one file.
            Err(_) => {
                let copy = self.draft(other).await?;
                fs::copy(from, copy.path()).await?;
                copy.keep(&to).await
            }
            Ok(()) => Ok(()),
        }
    }

    /// Where a small picture of a message's file is, once it was made: apart from what is
    /// handed out by its name.
    pub fn thumbnail_path(&self, name: &str, extension: &str) -> PathBuf {
        let stem = name.split('.').next().unwrap_or(name);
        self.thumbnails().join(format!("{stem}.{extension}"))
    }

    fn thumbnails(&self) -> PathBuf {
        self.messages.join(".thumbnails")
    }

    /// Says whether it was kept: what it shows may have been removed meanwhile.
    pub async fn write_thumbnail(
        &self,
        name: &str,
        extension: &str,
        bytes: &[u8],
    ) -> io::Result<bool> {
        let path = self.thumbnail_path(name, extension);
        // Two may be at it at once.
        let mut draft = FileDraft::open(&self.thumbnails(), &Uuid::new_v4().to_string()).await?;
        draft.write(bytes).await?;
        draft.flush().await?;
        draft.keep(&path).await?;
        // Asked when the thumbnail is in its place: a deletion before that is seen here, and one
        // after that removes it.
        let is_wanted = fs::try_exists(self.message_path(name)).await?;
        if !is_wanted {
            self.remove_thumbnails(name).await?;
        }
        Ok(is_wanted)
    }

    /// Removes what was being written when the server was killed, and says how much it was. Only
    /// before anything is written again.
    pub async fn sweep(&self) -> io::Result<usize> {
        let mut removed = 0;
        for folder in [self.avatars.to_path_buf(), self.messages.to_path_buf(), self.thumbnails()] {
            let mut entries = match fs::read_dir(&folder).await {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                entries => entries?,
            };
            while let Some(entry) = entries.next_entry().await? {
                if entry.path().extension().is_some_and(|it| it == PART) {
                    remove(&entry.path()).await?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    /// Removes a message's file and the small picture of it, or a portrait by its
    /// [`discarded_portrait`] name; one that is gone already is no error.
    pub async fn remove(&self, name: &str) -> io::Result<()> {
        if let Some(name) = name.strip_prefix(PORTRAIT) {
            return remove(&self.avatar_path(name)).await;
        }
        remove(&self.message_path(name)).await?;
        self.remove_thumbnails(name).await
    }

    async fn remove_thumbnails(&self, name: &str) -> io::Result<()> {
        for extension in ["jpg", "webp"] {
            remove(&self.thumbnail_path(name, extension)).await?;
        }
        Ok(())
    }
}

/// The name of a portrait's file, if this is the address of one. Clients may write down any
/// address: whose the file is, its row says.
pub fn portrait(url: &str) -> Option<&str> {
    let (_, name) = url.rsplit_once("/avatars/")?;
    let (stem, extension) = name.split_once('.')?;
    let is_ours =
        // Without a dot or a slash the name leads nowhere but into the folder.
        Uuid::try_parse(stem).is_ok() && extension.chars().all(|it| it.is_ascii_alphanumeric());
    is_ours.then_some(name)
}

/// What a portrait is called among the files to be removed.
pub fn discarded_portrait(name: &str) -> String {
    format!("{PORTRAIT}{name}")
}

async fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl FileDraft {
    async fn open(folder: &Path, name: &str) -> io::Result<Self> {
        fs::create_dir_all(folder).await?;
        // The dot keeps it from being served, the ending lets a start find it.
        let path = folder.join(format!(".{name}.{PART}"));
        Ok(Self { file: fs::File::create_new(&path).await?, path, synced: false, kept: false })
    }

    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.synced = false;
        self.file.write_all(bytes).await
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub async fn flush(&mut self) -> io::Result<()> {
        self.file.flush().await?;
        // Bytes before the name: after a power cut no name may lead to an empty file.
        self.file.sync_all().await?;
        self.synced = true;
        Ok(())
    }

    /// Other bytes in place of these. Blocks, so it is called where that does no harm.
    pub fn rewrite(
        &mut self,
        write: impl FnOnce(&mut std::fs::File) -> io::Result<()>,
    ) -> io::Result<()> {
        let path = self.path.with_extension(format!("copy.{PART}"));
        let copied = std::fs::File::create_new(&path)
            .and_then(|mut file| write(&mut file).and_then(|()| file.sync_all()))
            .and_then(|()| std::fs::rename(&path, &self.path));
        if copied.is_err() {
            std::fs::remove_file(&path).ok();
        }
        copied
    }

    pub async fn size(&self) -> io::Result<u64> {
        Ok(fs::metadata(&self.path).await?.len())
    }

    pub async fn keep(mut self, place: &Path) -> io::Result<()> {
        // Also what somebody else wrote there, such as a copy.
        if !self.synced {
            self.flush().await?;
        }
        fs::rename(&self.path, place).await?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for FileDraft {
    fn drop(&mut self) {
        if !self.kept {
            // Nothing better can be done about a temporary file that will not go.
            std::fs::remove_file(&self.path).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that goes away with the test.
    struct Folder(PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).ok();
        }
    }

    fn folder() -> Folder {
        let path = std::env::temp_dir().join(format!("parlor-disk-{}", Uuid::new_v4()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    #[tokio::test]
    async fn bytes_that_do_not_reach_the_disk_get_no_name() {
        let folder = folder();
        let place = folder.0.join("a.png");
        let mut draft = FileDraft::open(&folder.0, "a.png").await.unwrap();
        // Takes all that is written, and says that it cannot be synced.
        draft.file = fs::File::create("/dev/null").await.unwrap();
        draft.write(b"half").await.unwrap();
        assert!(draft.keep(&place).await.is_err());
        assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_file_is_copied_where_it_cannot_have_two_names() {
        let folder = folder();
        let disk = Disk::new(&folder.0, &folder.0);
        std::fs::write(folder.0.join("a.png"), "sea").unwrap();
        // What is there already cannot be linked to.
        std::fs::write(folder.0.join("b.png"), "old").unwrap();
        disk.share("a.png", "b.png").await.unwrap();
        assert_eq!(std::fs::read(folder.0.join("b.png")).unwrap(), b"sea");
        assert!(disk.share("none.png", "c.png").await.is_err());
        let mut names: Vec<_> =
            std::fs::read_dir(&folder.0).unwrap().map(|it| it.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["a.png", "b.png"]);
    }
}
