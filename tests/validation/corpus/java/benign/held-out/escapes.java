class Main {
    public static void main(String[] args) {
        String caf\u00e9 = "caf\u00e9 \\u0022 \u0041";
        System.out.println(café);
    }
}
