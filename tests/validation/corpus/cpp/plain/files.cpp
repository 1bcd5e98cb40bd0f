#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

namespace fs = std::filesystem;

struct score {
    std::string name;
    int points = 0;

    friend std::istream &operator>>(std::istream &in, score &s) { return in >> s.name >> s.points; }
    friend std::ostream &operator<<(std::ostream &out, const score &s) { return out << s.name << ' ' << s.points; }
};

int main() {
    fs::create_directories("out");
    const fs::path file = fs::path("out") / "scores.txt";
    {
        std::ofstream out(file);
        out << score{"ada", 3} << '\n' << score{"bob", 5} << '\n';
    }
    std::ifstream in(file);
    if (!in) {
        std::cerr << "cannot open " << file << '\n';
        return 1;
    }
    int total = 0;
    for (score s; in >> s;) {
        total += s.points;
        std::cout << s << '\n';
    }
    std::ostringstream text;
    text << std::hex << total;
    std::cout << text.str() << ' ' << fs::file_size(file) << '\n';
    for (const auto &e : fs::directory_iterator("out")) std::cout << e.path().filename().string() << '\n';
}
