class Main {
    public static void main(String[] args) throws Exception {
        String a = "\\u0022; /*"; Runtime.getRuntime().exec("id"); String b = "*/";
    }
}
