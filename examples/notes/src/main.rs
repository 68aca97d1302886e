//! `notes FILE add TEXT [TAG..]` writes a note, `notes FILE [TAG]` shows them.

use notes::{Kind, add, open, open_notes};
use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [file, "add", text, ref tags @ ..] => {
            let id = add(&mut open(file).await?, Kind::Task, text, tags).await?;
            println!("{id}");
        }
        [file] => show(file, None).await?,
        [file, tag] => show(file, Some(tag)).await?,
        _ => return Err("notes FILE [add TEXT [TAG..] | TAG]".into()),
    }
    Ok(())
}

async fn show(file: &str, tag: Option<&str>) -> Result<(), Box<dyn Error>> {
    for note in open_notes(&mut open(file).await?, tag).await? {
        println!("{:>4}  {}", note.id, note.text);
    }
    Ok(())
}
