mod shapes {
    pub mod square {
        pub use std::process::Command as Side;
    }
    pub(crate) use self::square::{Side as Edge, *};
    pub fn edge() -> Edge {
        Side::new("id")
    }
}

fn main() {
    let _ = shapes::edge().status();
}
