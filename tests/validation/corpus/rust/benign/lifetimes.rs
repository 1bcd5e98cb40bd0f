struct Parser<'unsafe_ish> {
    text: &'unsafe_ish str,
}

impl<'t> Parser<'t> {
    fn quote(&self) -> Option<char> {
        self.text.chars().find(|c| matches!(c, '"' | '\'' | '\\'))
    }
}

fn main() {
    'exec: loop {
        for _ in 0.. {
            break 'exec;
        }
    }
    println!("{:?}", Parser { text: "it's" }.quote());
}
