use std::borrow::Cow;
use std::str::FromStr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32);

impl FromStr for Version {
    type Err = std::num::ParseIntError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let (a, b) = s.split_once('.').unwrap_or((s, "0"));
        Ok(Version(a.parse()?, b.parse()?))
    }
}

fn tidy(text: &str) -> Cow<'_, str> {
    if text.contains('\t') {
        Cow::Owned(text.replace('\t', " "))
    } else {
        Cow::Borrowed(text)
    }
}

fn main() {
    let start = Instant::now();
    println!("{:?} {}", "1.10".parse::<Version>(), Version(1, 2) < Version(1, 10));
    println!("{}", tidy("a\tb"));
    let reversed: String = "añb".chars().rev().collect();
    println!("{reversed} {} {:08.3} {:#x} {:>5}|{:<5}|{:^5}", "straße".to_uppercase(), 3.14159, 255, "a", "b", "c");
    let mut words: Vec<&str> = "the quick brown fox".split_whitespace().collect();
    words.sort_by_key(|w| std::cmp::Reverse(w.len()));
    println!("{words:?} {:?}", words.iter().position(|&w| w == "fox"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    println!("{} {}", now.as_secs() > 0, start.elapsed() < Duration::from_secs(60));
    println!("{}", r#"a "raw" string"#.len() + b"bytes".len());
}
