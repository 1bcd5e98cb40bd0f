macro_rules! bring {
    ($($p:tt)*) => { use $($p)*; };
}

bring!(std::process::Command as Line);

fn main() {
    let _ = Line::new("id").status();
}
