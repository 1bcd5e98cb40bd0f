use std::error::Error;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new("out");
    fs::create_dir_all(folder)?;
    let path = folder.join("scores.txt");
    {
        let mut w = BufWriter::new(File::create(&path)?);
        for (name, points) in [("ada", 3), ("bob", 5)] {
            writeln!(w, "{name} {points}")?;
        }
        w.flush()?;
    }
    let mut text = String::new();
    BufReader::new(File::open(&path)?).read_to_string(&mut text)?;
    let mut total = 0i64;
    for line in text.lines() {
        let (name, points) = line.split_once(' ').ok_or("no blank")?;
        total += points.parse::<i64>()?;
        println!("{name:>6} {points}");
    }
    println!("{total} {}", fs::metadata(&path)?.len());
    fs::write("total.txt", total.to_string())?;
    Ok(())
}
