class Runtime {
    static Runtime of() {
        return new Runtime();
    }

    int exec(int n) {
        return n + 1;
    }
}

class Main {
    public static void main(String[] args) {
        System.out.println(Runtime.of().exec(1));
    }
}
