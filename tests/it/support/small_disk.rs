//! A disk of a few megabytes, to be filled.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// In place of the folder at this path.
    pub fn mount(path: &Path, megabytes: u32) -> Self {
        let size = format!("size={megabytes}m");
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "parlor-test"])
            .arg(path)
            .output()
            .unwrap();
        let problem = String::from_utf8_lossy(&done.stderr);
        assert!(
            done.status.success(),
            "a test of a full disk has to mount one, as root: {problem}"
        );
        Self(path.to_owned())
    }

    /// Not a byte more fits.
    pub fn fill(&self) {
        let mut ballast = File::create(self.0.join("ballast")).unwrap();
        for size in [64 * 1024, 4 * 1024, 1] {
            while ballast.write_all(&vec![0; size]).is_ok() {}
        }
    }

    pub fn free(&self) {
        fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: somebody may still have files open there.
        Command::new("umount").arg("-l").arg(&self.0).status().ok();
    }
}
