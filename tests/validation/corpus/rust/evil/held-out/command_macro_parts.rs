macro_rules! path {
    ($first:ident $($rest:ident)*) => { std::$first$(::$rest)*::new };
}

fn main() {
    let _ = path!(process Command)("id").status();
}
