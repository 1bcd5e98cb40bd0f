extern "C" {
    fn system(command: *const std::ffi::c_char) -> i32;
}

fn main() {
    unsafe { system(c"id".as_ptr()) };
}
