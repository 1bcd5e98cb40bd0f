macro_rules! outside {
    ($name:ident) => {
        extern "C" {
            fn $name(a: *const u8) -> i32;
        }
    };
}

outside!(system);

fn main() {
    let _ = system as unsafe extern "C" fn(*const u8) -> i32;
}
