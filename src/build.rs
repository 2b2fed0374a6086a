//! Lists the definitions of the default workspace, so that the program can carry them.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let mut found = Vec::new();
    for room in ["pipelines", "reports"] {
        definitions(Path::new(room), "toml", &mut found)?;
    }
    println!("cargo::rerun-if-changed=queries");
    for theme in fs::read_dir("queries")? {
        let theme = theme?.path();
        if theme.is_dir() {
            definitions(&theme, "sql", &mut found)?;
        }
    }
    found.sort();
    let root = env::current_dir()?;
    let mut list = String::from("&[\n");
    for path in found {
        list += &format!("    ({path:?}, include_str!({:?})),\n", root.join(&path));
    }
    list += "]";
    let out = PathBuf::from(env::var("OUT_DIR")?).join("definitions.rs");
    // A file that says the same keeps its time: it is a source of the program, which would be older than it.
    match fs::read_to_string(&out) {
        Ok(before) if before == list => Ok(()),
        _ => Ok(fs::write(out, list)?),
    }
}

/// Adds the paths of a folder's definitions.
fn definitions(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|its| its == ending) && !path.ends_with("Cargo.toml") {
            found.push(path);
        }
    }
    Ok(())
}
