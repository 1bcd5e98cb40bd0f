#[link(name = "c")]
extern {
    #[link_name = "system"]
    fn measure(command: *const u8) -> i32;
}

fn main() {
    println!("{}", unsafe { measure(b"id\0".as_ptr()) });
}
