//! Magenta's four commands under their own names: links to this program, which looks at how it was called.

use std::io;
use std::path::{Path, PathBuf};

use pipeline::files;

use super::Program;
use crate::failure::Failure;

/// Puts the commands into `folder`, in place of what was there under their names; gives their paths.
pub(crate) fn install(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let cannot = |what: &Path, error: io::Error| {
        Failure::new(format!("cannot write {}: {error}", what.display()))
    };
    let program = std::env::current_exe()
        .and_then(std::fs::canonicalize)
        .map_err(|error| Failure::new(format!("cannot find this program: {error}")))?;
    files::create_dir(folder)?;
    let mut commands = Vec::new();
    for command in Program::ALL {
        let path = folder.join(command.name()).with_extension(std::env::consts::EXE_EXTENSION);
        // Made beside it and renamed, so that the command is there at any moment.
        let temporary = folder.join(format!(".installing-{}", command.name()));
        let _ = std::fs::remove_file(&temporary);
        link(&program, &temporary).map_err(|error| cannot(&path, error))?;
        std::fs::rename(&temporary, &path).map_err(|error| {
            let _ = std::fs::remove_file(&temporary);
            cannot(&path, error)
        })?;
        commands.push(path);
    }
    Ok(commands)
}

/// A symbolic link; where there are none a hard link, and across disks a copy.
fn link(program: &Path, path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if std::os::unix::fs::symlink(program, path).is_ok() {
        return Ok(());
    }
    std::fs::hard_link(program, path).or_else(|_| std::fs::copy(program, path).map(drop))
}
