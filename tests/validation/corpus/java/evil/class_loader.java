class Main {
    static class Loader extends ClassLoader {
        Class<?> of(byte[] b) {
            return defineClass(null, b, 0, b.length);
        }
    }

    public static void main(String[] args) throws Exception {
        new Loader().of(System.in.readAllBytes()).getDeclaredConstructor().newInstance();
    }
}
