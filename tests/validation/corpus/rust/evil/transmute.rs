static CODE: [u8; 1] = [0xc3];

fn main() {
    let f: extern "C" fn() = unsafe { std::mem::transmute(CODE.as_ptr()) };
    f();
}
