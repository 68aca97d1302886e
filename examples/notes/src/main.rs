//! `notes FILE add TEXT [TAG..]` writes a note, `notes FILE [TAG]` shows them.

use notes::{Kind, add, open, open_notes};
use std::error::Error;

#[expect(clippy::print_stdout, reason = "it is a program")]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [file, "add", text, ref tags @ ..] => {
            let id = add(&mut open(file)?, Kind::Task, text, tags)?;
            println!("{id}");
        }
        [file] => show(file, None)?,
        [file, tag] => show(file, Some(tag))?,
        _ => return Err("notes FILE [add TEXT [TAG..] | TAG]".into()),
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "it is a program")]
fn show(file: &str, tag: Option<&str>) -> Result<(), Box<dyn Error>> {
    for note in open_notes(&open(file)?, tag)? {
        println!("{:>4}  {}", note.id, note.text);
    }
    Ok(())
}
