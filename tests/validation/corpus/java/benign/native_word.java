class Main {
    static int nativeCount = 1;

    enum Unsafe { SOCKET, PROXY, LOADER }

    interface Native {
        int system(String s);
    }

    public static void main(String[] args) {
        Native n = String::length;
        System.out.println(n.system("four") + nativeCount + Unsafe.SOCKET.name());
    }
}
