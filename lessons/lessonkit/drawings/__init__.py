"""Drawings of networks and cells, for lessons. They show and compute nothing; each returns its
Matplotlib figure.

    drawings.lstm_cell(2)

| function                | room              | what it draws                                      |
|-------------------------|-------------------|----------------------------------------------------|
| `lstm_cell`             | `lstm_cell`       | the LSTM cell, growing gate by gate                |
| `gru_cell`              | `gru_cell`        | the GRU cell, growing gate by gate                 |
| `unrolled_rnn`          | `unrolled`        | a recurrent network in time, and the gradient back |
| `recurrent_forms`       | `unrolled`        | many to one, many to many, one to many             |
| `bidirectional_network` | `bidirectional`   | one row of states for each direction of reading    |
| `attention_step`        | `attention`       | a query, its scores, weights and their sum         |
| `loop_and_doubling`     | `scan`            | a linear recurrence as a chain, and by doubling    |
| `next_token_network`    | `next_token`      | a language model that reads and predicts letters   |
| `encoder_decoder`       | `encoder_decoder` | an encoder, the context, a decoder                 |

`strokes` holds what they are all made of: boxes, circles, arrows. Where a function has the name of
its room, `drawings.lstm_cell` is the function.
"""

from lessonkit.drawings.attention import attention_step
from lessonkit.drawings.bidirectional import bidirectional_network
from lessonkit.drawings.encoder_decoder import encoder_decoder
from lessonkit.drawings.gru_cell import gru_cell
from lessonkit.drawings.lstm_cell import lstm_cell
from lessonkit.drawings.next_token import next_token_network
from lessonkit.drawings.scan import loop_and_doubling
from lessonkit.drawings.unrolled import recurrent_forms, unrolled_rnn

__all__ = [
    "attention_step",
    "bidirectional_network",
    "encoder_decoder",
    "gru_cell",
    "loop_and_doubling",
    "lstm_cell",
    "next_token_network",
    "recurrent_forms",
    "unrolled_rnn",
]
