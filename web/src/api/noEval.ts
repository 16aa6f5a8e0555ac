// The chat library checks its stream with zod, which would compile its checks with `eval` if the content policy let it.
import { config } from "zod";

config({ jitless: true });
