class Main {
    public static void main(String[] args) throws Exception {
        char a = '"'; Runtime.getRuntime().exec("id"); char b = '"', c = '\'';
    }
}
