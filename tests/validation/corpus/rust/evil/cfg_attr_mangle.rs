#[cfg_attr(all(), export_name = "getenv")]
pub extern "C" fn weather(_name: *const u8) -> *const u8 {
    b"sun\0".as_ptr()
}

fn main() {}
