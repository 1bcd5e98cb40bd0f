trait Shape {
    fn of(name: &str) -> Self;
}

impl Shape for std::process::Command {
    fn of(name: &str) -> Self {
        Self::new(name)
    }
}

fn area<S: Shape>(name: &str) -> S {
    S::of(name)
}

fn main() {
    let mut s = area::<std::process::Command>("id");
    let _ = s.status();
}
